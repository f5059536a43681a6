// Addresses in what people write. A link is made of nodes, never of markup, and leads to http and https only.

// What may not stand in an address: white space, controls, quotes and angle brackets, what turns the direction of text
// or is not seen, and the
// punctuation of scripts that set no spaces.
const Address = /(?<![\p{L}\p{N}])https?:\/\/[^\s\p{Cc}\p{Cf}<>"“”„«»‹›`´、。，；：！？（）「」『』【】《》]+/giu;
const Punctuation = /[.,;:!?'’‘…*_~|]$/u;
const Brackets = { ')': '(', ']': '[', '}': '{' };

/** The text as nodes and strings: what is an address in it can be clicked. */
export function linked(text) {
  const parts = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(Address)) {
    const address = withoutEnd(found);
    const link = linkTo(address);
    if (!link) continue;
    parts.push(text.slice(done, index), link);
    done = index + address.length;
  }
  return [...parts, text.slice(done)].filter(part => part !== '');
}

function linkTo(address) {
  const target = read(address);
  // A name before the host is how one host is made to look like another.
  if (!target || target.username || target.password) return null;
  const link = document.createElement('a');
  link.href = target.href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  link.textContent = address; // as it was written, also where the host has other letters than the Latin ones
  if (target.href !== address && target.href !== `${address}/`) link.title = target.href; // and this is where it leads
  return link;
}

function read(address) {
  try {
    const target = new URL(address);
    return target.protocol === 'http:' || target.protocol === 'https:' ? target : null;
  } catch {
    return null;
  }
}

/** The sentence's own punctuation is no part of the address; a bracket is one if it was opened in it, and goes on. */
function withoutEnd(address) {
  const opened = { '(': 0, '[': 0, '{': 0 };
  for (const letter of address) {
    if (letter in opened) opened[letter]++;
    else if (letter in Brackets) opened[Brackets[letter]]--;
  }
  let end = address.length;
  for (; end > 0; end--) {
    const letter = address[end - 1];
    if (letter in opened) opened[letter]--;
    else if (letter in Brackets && opened[Brackets[letter]] < 0) opened[Brackets[letter]]++;
    else if (!Punctuation.test(letter)) break;
  }
  return address.slice(0, end);
}
