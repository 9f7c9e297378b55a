// The year: a day changes in place, arrows walk over the days, the preview follows.
import { element, fetchFragment, post } from 'govmap/http'
import { notify } from 'govmap/notice'

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 } // days
const DAY = 24 * 60 * 60 * 1000

class WorkCalendar extends HTMLElement {
  connectedCallback() {
    this.addEventListener('submit', (event) => this.change(event))
    this.addEventListener('keydown', (event) => this.walk(event))
    this.preview()
  }

  async change(event) {
    const form = event.target
    if (!form.matches('[data-days]') || !event.submitter) return
    event.preventDefault()
    const { date } = event.submitter.dataset
    const sent = new URLSearchParams(new FormData(form, event.submitter))
    const { ok, data } = await post(form.action, sent)
    if (!ok) return notify(this.dataset.failed, { kind: 'error' })
    this.querySelector('[data-year]').replaceWith(element(data))
    this.day(date)?.focus()
    this.preview()
  }

  day(date) {
    return this.querySelector(`[data-date="${date}"]`)
  }

  walk(event) {
    const { date } = event.target.dataset ?? {}
    const step = STEPS[event.key]
    if (!date || !step) return
    const next = new Date(Date.parse(date) + step * DAY).toISOString().slice(0, 10)
    const button = this.day(next)
    if (!button) return
    event.preventDefault()
    button.focus()
  }

  async preview() {
    const place = this.querySelector('[data-preview]')
    const { ok, html } = await fetchFragment(place.dataset.preview)
    if (ok) place.innerHTML = html
  }
}

customElements.define('work-calendar', WorkCalendar)
