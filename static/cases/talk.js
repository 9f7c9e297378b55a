// <case-talk>: the comments on a case, with a picker of whom an @ may call.
//
// They are fetched whenever the case is shown, so a case that is drawn anew because
// something happened shows the new comment too. What is being typed, and for whom, is
// kept on the device until it is sent; `data-unsent` asks the page not to draw the case
// anew meanwhile.
//
//   data-url   where they are read and sent   data-who  where names are looked up
//   data-key   under which a draft is kept    data-failed  where something failed
import { element, fetchFragment, post } from 'govmap/http'
import { notify } from 'govmap/notice'

const WAIT = 150 // ms between a key and the search for a name

class CaseTalk extends HTMLElement {
  connectedCallback() {
    if (this.started) return
    this.started = true
    this.body = this.querySelector('[data-body]')
    this.addEventListener('submit', (event) => this.send(event))
    this.addEventListener('input', (event) => this.typed(event))
    this.addEventListener('focusin', () => this.mark())
    this.addEventListener('focusout', () => setTimeout(() => this.mark()))
    this.addEventListener('keydown', (event) => this.key(event))
    this.addEventListener('click', (event) => {
      const row = event.target.closest('.talk-who [role=option]')
      if (row) this.put(row)
    })
    this.load()
  }

  disconnectedCallback() { clearTimeout(this.timer) }

  async load() {
    const { ok, html, response } = await fetchFragment(this.dataset.url)
    if (!this.isConnected || !ok || response.redirected) return
    this.show(html)
  }

  show(html) {
    this.body.replaceChildren(element(html))
    const [text, own] = [this.querySelector('[data-talk-text]'), this.querySelector('[data-talk-own]')]
    if (text && !text.value) text.value = sessionStorage.getItem(this.dataset.key) ?? ''
    if (own && sessionStorage.getItem(this.ownKey)) own.checked = true
    this.mark()
  }

  // What others wrote, above what is being typed. True where something was new.
  async freshen() {
    const { ok, html, response } = await fetchFragment(this.dataset.url)
    if (!this.isConnected || !ok || response.redirected || this.querySelector('.talk-change[open]')) return false
    const [rows, old] = [element(html).querySelector('.talk-rows'), this.querySelector('.talk-rows')]
    if (!rows || rows.textContent === old?.textContent) return false
    if (old) old.replaceWith(rows)
    else {
      const form = this.querySelector('[data-talk-new]')
      form?.previousElementSibling?.remove() // that there is none yet
      form?.before(rows)
    }
    return true
  }

  get ownKey() { return `${this.dataset.key}-own` }

  mark() {
    const words = this.querySelector('[data-talk-text]')?.value.trim()
    this.toggleAttribute('data-unsent', Boolean(words) || this.contains(document.activeElement))
  }

  forget() {
    sessionStorage.removeItem(this.dataset.key)
    sessionStorage.removeItem(this.ownKey)
  }

  async send(event) {
    const form = event.target.closest('[data-talk-form]')
    if (!form) return
    event.preventDefault()
    event.stopPropagation()
    if (this.busy) return
    this.busy = true
    // A button without an address of its own has the page's for one.
    const url = event.submitter?.getAttribute('formaction') ?? form.action
    try {
      const { ok, status, data, response } = await post(url, new FormData(form))
      const isNew = 'talkNew' in form.dataset
      if (response?.redirected || (!ok && !(isNew && status === 400))) {
        notify(element(`<div>${data || ''}</div>`).textContent.trim() || this.dataset.failed, { kind: 'error' })
        return
      }
      if (ok && isNew) this.forget()
      this.show(data)
    } finally {
      this.busy = false
    }
  }

  typed(event) {
    event.stopPropagation() // the case's own drafts are another matter
    if (event.target.matches('[data-talk-own]')) {
      if (event.target.checked) sessionStorage.setItem(this.ownKey, '1')
      else sessionStorage.removeItem(this.ownKey)
    }
    const text = event.target.closest('textarea')
    if (!text) return
    if (text.matches('[data-talk-text]')) sessionStorage.setItem(this.dataset.key, text.value)
    this.mark()
    clearTimeout(this.timer)
    const before = text.value.slice(0, text.selectionStart)
    const asked = /@([^\s@]{0,12})$/.exec(before)
    if (!asked) { this.close(); return }
    this.timer = setTimeout(() => this.look(text, asked[1]), WAIT)
  }

  async look(text, query) {
    const asked = (this.asked = Symbol(query))
    const url = `${this.dataset.who}?${new URLSearchParams({ q: query })}`
    const { ok, html, response } = await fetchFragment(url)
    if (!ok || response.redirected || !this.isConnected || this.asked !== asked) return
    this.close()
    const list = element(html)
    if (!list.children.length) return
    this.list = list
    this.text = text
    list.id = `${text.id}-who`
    Array.from(list.children).forEach((row, index) => { row.id = `${list.id}-${index}` })
    text.after(list)
    text.setAttribute('aria-controls', list.id)
    this.choose(list.firstElementChild)
  }

  close() {
    this.asked = null
    this.list?.remove()
    this.list = null
    for (const name of ['aria-controls', 'aria-activedescendant']) this.text?.removeAttribute(name)
  }

  choose(row) {
    for (const one of this.list.children) one.setAttribute('aria-selected', String(one === row))
    this.text.setAttribute('aria-activedescendant', row.id)
    row.scrollIntoView({ block: 'nearest' })
  }

  key(event) {
    // The keys that choose a Chinese sign belong to the input method.
    if (!this.list || event.isComposing) return
    const rows = Array.from(this.list.children)
    const at = rows.findIndex((row) => row.getAttribute('aria-selected') === 'true')
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) this.choose(rows[(at + step + rows.length) % rows.length])
    else if (event.key === 'Enter' || event.key === 'Tab') this.put(rows[at])
    else if (event.key === 'Escape') this.close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  put(row) {
    const { text } = this
    const end = text.selectionStart
    const start = text.value.lastIndexOf('@', end - 1)
    text.setRangeText(`@${row.dataset.name} `, start, end, 'end')
    this.close()
    sessionStorage.setItem(this.dataset.key, text.value)
    text.focus()
  }
}

customElements.define('case-talk', CaseTalk)
