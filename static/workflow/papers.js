// A paper while it is being written: what is typed shows on the sheet beside it.
import { post } from 'govmap/http'
import { notify } from 'govmap/notice'

const WAIT = 500 // milliseconds after the last key

class PaperMaker extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form[data-look]')
    this.sheet = this.querySelector('[data-sheet]')
    this.form.addEventListener('input', () => this.later())
    this.form.addEventListener('submit', (event) => this.sending(event))
    this.toggleAttribute('data-ready', true)
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
  }

  later() {
    this.sheet.classList.add('paper-stale')
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.look(), WAIT)
  }

  // "Look" needs no new page where scripts run.
  sending(event) {
    if (event.submitter?.name !== 'look') return
    event.preventDefault()
    this.look()
  }

  async look() {
    const sent = new URLSearchParams(new FormData(this.form))
    sent.set('look', '1')
    this.turn = (this.turn ?? 0) + 1
    const { turn } = this
    const address = this.form.dataset.look || location.pathname
    const { ok, data } = await post(address, sent, { 'HX-Request': 'true' })
    if (turn !== this.turn) return
    this.sheet.classList.remove('paper-stale')
    if (!ok) return notify(this.dataset.failed, { kind: 'error' })
    this.sheet.innerHTML = data
  }
}

customElements.define('paper-maker', PaperMaker)
