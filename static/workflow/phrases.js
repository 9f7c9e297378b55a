// <phrase-picker>: the phrases that a form offers for its text, put in at the cursor.
//
// Alt+↓ in the text opens the box; words narrow it, ↑ ↓ choose, Enter or a digit puts
// one in, Escape goes back. Without scripts the link leads to one's own phrases.
//
//   data-url     where the box is fetched     data-keep   where an own phrase is sent
//   data-failed  what is said where neither worked
import { element, fetchFragment, post } from 'govmap/http'
import { notify } from 'govmap/notice'

class PhrasePicker extends HTMLElement {
  connectedCallback() {
    this.area = this.closest('.field')?.querySelector('textarea')
    if (!this.area || this.started) return
    this.started = true
    const link = this.querySelector('a')
    this.button = document.createElement('button')
    Object.assign(this.button, { type: 'button', className: link.className, title: link.title })
    this.button.setAttribute('aria-expanded', 'false')
    this.button.setAttribute('aria-keyshortcuts', 'Alt+ArrowDown')
    this.button.append(...link.childNodes)
    link.replaceWith(this.button)
    this.button.addEventListener('click', () => (this.box ? this.close() : this.open()))
    this.area.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' || !event.altKey) return
      event.preventDefault()
      this.open()
    })
  }

  get rows() { return Array.from(this.list.querySelectorAll('[role=option]:not([hidden])')) }
  get marked() { return this.list.querySelector('[aria-selected="true"]') }

  async open() {
    if (this.box) return this.search.focus()
    const { ok, html, response } = await fetchFragment(this.dataset.url)
    if (!ok || response.redirected) return notify(this.dataset.failed, { kind: 'error' })
    if (this.box) return undefined
    this.box = element(html)
    this.list = this.box.querySelector('[data-phrases-list]')
    this.search = this.box.querySelector('[data-phrases-search]')
    this.area.after(this.box)
    this.button.setAttribute('aria-expanded', 'true')
    this.name()
    this.search.addEventListener('input', () => this.narrow())
    this.box.addEventListener('keydown', (event) => this.key(event))
    this.list.addEventListener('click', (event) => {
      const row = event.target.closest('[role=option]')
      if (row) this.put(row)
    })
    this.box.querySelector('[data-phrases-keep]').addEventListener('click', (event) => this.keep(event.currentTarget))
    this.mark(this.rows[0])
    this.search.focus({ preventScroll: true })
    this.box.scrollIntoView({ block: 'nearest' })
    return undefined
  }

  // A list and its rows need names that are theirs alone.
  name() {
    this.list.id = `${this.area.id}-phrases`
    this.search.setAttribute('aria-controls', this.list.id)
    Array.from(this.list.children).forEach((row, at) => { row.id = `${this.list.id}-${at}` })
  }

  close() {
    this.box?.remove()
    this.box = null
    this.button.setAttribute('aria-expanded', 'false')
    this.area.focus()
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Escape') {
      event.stopPropagation() // the page would close the case
      this.close()
    } else if (step) {
      const { rows } = this
      this.mark(rows[(rows.indexOf(this.marked) + step + rows.length) % rows.length])
    } else if (event.key === 'Enter' && event.target === this.search) {
      if (event.ctrlKey || event.metaKey) return
      if (this.marked) this.put(this.marked)
    } else if (/^[1-9]$/.test(event.key) && event.target === this.search && !this.search.value) {
      const row = this.rows[Number(event.key) - 1]
      if (row) this.put(row)
    } else {
      return
    }
    event.preventDefault()
  }

  narrow() {
    const wanted = this.search.value.trim().toLowerCase()
    for (const row of this.list.children) row.hidden = !row.dataset.text.toLowerCase().includes(wanted)
    this.mark(this.rows[0])
  }

  mark(row) {
    for (const other of this.list.children) other.setAttribute('aria-selected', String(other === row))
    this.search.setAttribute('aria-activedescendant', row?.id ?? '')
    row?.scrollIntoView({ block: 'nearest' })
  }

  // In place of what is selected; the form says with it which phrase was of use.
  put(row) {
    const { area } = this
    const room = area.maxLength < 0 ? Infinity : area.maxLength - area.value.length
    const text = row.dataset.text.slice(0, Math.max(room, 0))
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end')
    area.form?.append(Object.assign(document.createElement('input'), {
      type: 'hidden', name: 'phrase', value: row.dataset.key,
    }))
    this.close()
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }

  async keep(button) {
    const { area } = this
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd).trim()
    const text = chosen || area.value.trim()
    const said = button.querySelector('span')
    if (!text) { said.textContent = button.dataset.empty; return }
    const { ok } = await post(this.dataset.keep, new URLSearchParams({ text }))
    if (ok) said.textContent = button.dataset.kept
    else notify(this.dataset.failed, { kind: 'error' })
  }
}

customElements.define('phrase-picker', PhrasePicker)
