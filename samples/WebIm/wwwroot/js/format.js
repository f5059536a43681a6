// How people, names and times are shown.
import { h, unseen } from './dom.js';

const Colours = 10; // .colour-0 … in style.css

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

export function timeOf(iso) {
  return clock.format(new Date(iso));
}

/** Today, Yesterday, Tuesday, 3 March 2026. */
export function dayOf(iso) {
  const age = daysAgo(iso);
  return age === 0
    ? 'Today'
    : age === 1
      ? 'Yesterday'
      : age < 7
        ? weekday.format(new Date(iso))
        : day.format(new Date(iso));
}

/** As short as a list needs it. */
export function whenOf(iso) {
  const age = daysAgo(iso);
  return age === 0 ? timeOf(iso) : age === 1 ? 'Yesterday' : shortDay.format(new Date(iso));
}

function daysAgo(iso) {
  const midnight = time => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(Date.now()) - midnight(iso)) / 86_400_000);
}

/** Whoever it is with, beside oneself; null for a group. */
export function partner(conversation, me) {
  return conversation.title === null ? conversation.members.find(member => member.id !== me.id) : null;
}

export function titleOf(conversation, me) {
  return conversation.title ?? partner(conversation, me).shown;
}

/** Whether somebody is online: 'Online', 'Offline', or that nobody tells us just now. */
export function presenceOf(person, isLive) {
  return !isLive ? 'Presence unknown' : person.online ? 'Online' : 'Offline';
}

/**
 * A coloured disc with initials, for people; a rounded square for groups. The dot says what presenceOf said; '':
 * nothing.
 */
export function avatar(name, { key = name, isGroup = false, presence = '' } = {}) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map(word => [...word][0] ?? '')
    .join('')
    .toUpperCase();
  const colour = [...String(key)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % Colours;
  return h(
    'span',
    { class: `avatar colour-${colour}${isGroup ? ' of-group' : ''}` },
    h('span', { 'aria-hidden': 'true' }, initials),
    presence &&
      presence !== 'Offline' &&
      h('span', { class: presence === 'Online' ? 'dot' : 'dot unknown' }, unseen(presence.toLowerCase())),
  );
}

export function avatarOf(conversation, me, isLive) {
  const other = partner(conversation, me);
  return other
    ? avatar(other.shown, { key: other.name, presence: presenceOf(other, isLive) })
    : avatar(conversation.title, { key: conversation.id, isGroup: true });
}

/** Who is writing just now, in words; '' for nobody. */
export function typingIn(conversation) {
  const names = conversation.members.filter(member => conversation.typing.has(member.id)).map(member => member.shown);
  return names.length === 0
    ? ''
    : names.length === 1
      ? `${names[0]} is typing…`
      : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are typing…`;
}
