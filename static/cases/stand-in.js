// <stand-in-form data-find>: what somebody types becomes a list of people and units.
import { fetchFragment } from 'govmap/http'

const PAUSE = 200 // ms after the last key

class StandInForm extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector('datalist')
    this.addEventListener('input', ({ target }) => {
      if (target.list !== this.list) return
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.find(target.value), PAUSE)
    })
    this.dataset.ready = 'true'
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
  }

  async find(text) {
    const words = text.trim()
    // What was chosen already ends with its code.
    if (!words || words.endsWith(')')) return
    const { ok, html } = await fetchFragment(`${this.dataset.find}?q=${encodeURIComponent(words)}`)
    if (!ok) return
    const { found } = JSON.parse(html)
    this.list.replaceChildren(...found.map((value) => Object.assign(document.createElement('option'), { value })))
  }
}
customElements.define('stand-in-form', StandInForm)
