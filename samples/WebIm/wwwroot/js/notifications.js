// What the system shows of new messages while nobody looks at the page: only if it was switched on here, and with what
// was said only if that was, too.

const Insecure = 'Browsers show notifications only for pages that come by https, or from this machine.';
const Denied = 'The browser does not allow notifications of this page. Allow them in its settings, then try again.';
const Unasked = 'The browser was not told whether it may. Try again, and allow it.';

export class Notifications {
  #key;
  #open;
  #shown = new Map();

  /** open(id): somebody clicked on what was shown of this conversation. */
  constructor(user, open) {
    this.#key = `webim.notifications.${user}`;
    this.#open = open;
  }

  get isOn() {
    return this.#read().on === true && permission() === 'granted';
  }

  /** Whether who wrote, and what, may stand where everybody in the room can read it. */
  get tellsContent() {
    return this.#read().content === true;
  }

  set tellsContent(tells) {
    this.#write({ content: tells });
  }

  /** Only after a click, for the browser may ask. Returns why it is not on; '' if it is. */
  async turnOn() {
    if (permission() === 'default') await Notification.requestPermission();
    if (permission() !== 'granted')
      return permission() === 'default' ? Unasked : window.isSecureContext && permission() ? Denied : Insecure;
    this.#write({ on: true });
    return '';
  }

  turnOff() {
    this.#write({ on: false });
    this.clear();
  }

  /** A message came. */
  tell(conversation, message) {
    if (document.visibilityState !== 'hidden' || !this.isOn) return;
    const who = conversation.title === null ? message.senderShown : `${message.senderShown} in ${conversation.title}`;
    const [title, body] = this.tellsContent ? [who, message.text.slice(0, 200)] : ['WebIm', 'There is a new message.'];
    try {
      // The same tag in every window: the system shows one of them.
      const shown = new Notification(title, { body, tag: `webim.${conversation.id}`, icon: 'icon.svg' });
      shown.onclick = () => {
        window.focus();
        this.#open(conversation.id);
        shown.close();
      };
      this.#shown.set(conversation.id, shown);
    } catch {
      // Android's browsers have the word, but not the deed; the count in the title is there in any case.
    }
  }

  /** What was read needs no notice any more. */
  settle(conversations) {
    for (const [id, shown] of this.#shown) {
      if (conversations.get(id)?.unread) continue;
      shown.close();
      this.#shown.delete(id);
    }
  }

  clear() {
    this.settle(new Map());
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.#key)) ?? {};
    } catch {
      return {};
    }
  }

  #write(changes) {
    localStorage.setItem(this.#key, JSON.stringify({ ...this.#read(), ...changes }));
  }
}

/** 'granted', 'denied', 'default': not asked yet; '' where the browser has none. */
function permission() {
  return 'Notification' in window ? Notification.permission : '';
}
