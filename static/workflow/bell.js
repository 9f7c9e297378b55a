// The bell of the top bar: its count follows the stream of whatever page it is on.
import { fetchFragment } from 'govmap/http'
import { isListening, listen } from 'govmap/live'
import { notify } from 'govmap/notice'

// A page that listens to nothing gets a stream of its own, once it has settled. Not on
// a phone: it asks again when somebody looks at it.
const SETTLED = 3000 // ms
const WIDE = '(min-width: 800px)'

class NoticeBell extends HTMLElement {
  connectedCallback() {
    this.heard = () => this.refresh(true)
    this.shown = () => { if (!document.hidden && !isListening()) this.refresh(false) }
    document.addEventListener('govmap:notice', this.heard)
    document.addEventListener('visibilitychange', this.shown)
    this.timer = setTimeout(() => this.hearAlone(), SETTLED)
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    this.stream?.close()
    document.removeEventListener('govmap:notice', this.heard)
    document.removeEventListener('visibilitychange', this.shown)
  }

  hearAlone() {
    if (isListening() || !matchMedia(WIDE).matches) return
    this.stream = listen(this.dataset.live, {}, {
      // Word of what came while it was cut off is lost: ask.
      state: (connected) => { if (connected) this.refresh(false) },
    })
  }

  get number() {
    return Number(this.querySelector('[data-number]')?.dataset.number ?? 0)
  }

  async refresh(aloud) {
    const before = this.number
    const { ok, html } = await fetchFragment(this.dataset.url)
    if (!ok) return
    this.querySelector('[data-count]').innerHTML = html
    if (aloud && this.number > before) this.say()
  }

  say() {
    const look = () => { location.href = this.querySelector('a').href }
    notify(this.dataset.arrived, { action: { word: this.dataset.look, do: look } })
  }
}

customElements.define('notice-bell', NoticeBell)
