// <find-page>: answers while one types, arrows through them, searches of this visit.
// A number is only sent, when somebody asks for it, and remembered nowhere.
import { fetchFragment, post } from 'govmap/http'
import { keys } from 'govmap/keys'

const PAUSE = 250 // ms after the last key
const KEPT = 8
// As the server has it: what may be a number, or a part of one.
const DIGITS = /\d[\d\s-]{5,}[\dxX]/

class FindPage extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector('#find-q')
    this.found = this.querySelector('#find-found')
    this.asked = this.box.value.trim()
    this.name = `find-${this.dataset.user}`
    keys({ '/': () => this.box.select(), ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1) })
    this.box.addEventListener('input', () => this.soon())
    this.box.addEventListener('keydown', (event) => {
      if (event.isComposing || event.key !== 'ArrowDown') return
      event.preventDefault()
      this.step(1)
    })
    this.addEventListener('submit', (event) => this.send(event))
    this.addEventListener('click', (event) => this.opened(event))
    this.showRecent()
    this.dataset.ready = 'true'
  }

  soon() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const text = this.box.value.trim()
      if (text !== this.asked && !DIGITS.test(text) && text.length !== 1) this.ask(text)
    }, PAUSE)
  }

  send(event) {
    if (!event.target.matches('.find-box')) return
    event.preventDefault()
    clearTimeout(this.timer)
    this.ask(this.box.value.trim(), { keep: true })
  }

  async ask(text, { keep = false } = {}) {
    this.asked = text
    this.waiting?.abort()
    const waiting = this.waiting = new AbortController()
    const is_number = DIGITS.test(text)
    this.found.setAttribute('aria-busy', 'true')
    const address = is_number || !text ? '/find/' : `/find/?q=${encodeURIComponent(text)}`
    history.replaceState(null, '', address)
    let html
    try {
      html = is_number ? await this.number(text) : await this.words(address, waiting.signal)
    } catch {
      return // a later one is on its way
    }
    if (this.asked !== text) return
    this.found.removeAttribute('aria-busy')
    if (html === null) {
      const said = document.createElement('p')
      said.className = 'note note-error'
      said.textContent = this.dataset.failed
      this.found.replaceChildren(said)
      return
    }
    this.found.innerHTML = html
    if (keep && !is_number) this.remember(text)
  }

  async words(address, signal) {
    const { status, html } = await fetchFragment(address, { signal })
    return status ? html : null
  }

  async number(text) {
    const { status, data } = await post('/find/', new URLSearchParams({ q: text }))
    return status ? data : null
  }

  step(by) {
    const hits = Array.from(this.querySelectorAll('[data-hit]'))
    const at = hits.indexOf(document.activeElement)
    if (at + by < 0) this.box.focus()
    else hits[Math.min(at + by, hits.length - 1)]?.focus()
  }

  opened(event) {
    if (event.target.closest('[data-hit], .find-all, .find-parts a') && !DIGITS.test(this.asked)) this.remember(this.asked)
    const again = event.target.closest('[data-again]')
    if (!again) return
    this.box.value = again.textContent
    this.box.focus()
    this.ask(again.textContent)
  }

  get recent() {
    try {
      return JSON.parse(sessionStorage.getItem(this.name)) ?? []
    } catch {
      return []
    }
  }

  remember(text) {
    if (text.length < 2) return
    const rest = this.recent.filter((one) => one !== text)
    sessionStorage.setItem(this.name, JSON.stringify([text, ...rest].slice(0, KEPT)))
    this.showRecent()
  }

  showRecent() {
    const row = this.querySelector('[data-recent]')
    for (const old of row.querySelectorAll('[data-again]')) old.remove()
    for (const text of this.recent) {
      const chip = document.createElement('button')
      chip.type = 'button'
      chip.className = 'chip'
      chip.dataset.again = ''
      chip.textContent = text
      row.append(chip)
    }
    row.hidden = !this.recent.length
  }
}
customElements.define('find-page', FindPage)
