// <case-knowledge>: a reply of an article, or a template, is put into the text that is
// written beside the case. Where no text is open it is copied.
//
//   data-url  where it is fetched, once it is opened    data-failed  where that failed
//   data-inserted  what is said once it is put in    data-none  where there is no text
import { element, fetchFragment } from 'govmap/http'
import { notify } from 'govmap/notice'

// The text that somebody writes in: the one touched last, a comment too, else the first
// of a step in sight.
function textOf(root) {
  const texts = Array.from(root.querySelectorAll('.moves textarea, move-form textarea'))
  if (root.lastText?.matches('[data-talk-text]') && root.contains(root.lastText)) return root.lastText
  const shown = texts.filter((text) => text.offsetParent && !text.disabled)
  return shown.find((text) => text === root.lastText) ?? shown[0]
}

class CaseKnowledge extends HTMLElement {
  connectedCallback() {
    if (this.started) return
    this.started = true
    this.root = this.closest('.case') ?? document
    this.root.addEventListener('focusin', (event) => {
      if (event.target.matches('textarea')) this.root.lastText = event.target
    })
    this.details = this.querySelector('details')
    this.details.addEventListener('toggle', () => { if (this.details.open) this.load() })
    this.addEventListener('click', (event) => {
      const button = event.target.closest('[data-insert]')
      if (button) this.insert(button)
    })
  }

  async load() {
    if (this.loaded) return
    this.loaded = true
    const { ok, html, response } = await fetchFragment(this.dataset.url)
    if (ok && !response.redirected) {
      this.querySelector('[data-body]').replaceChildren(element(`<div>${html}</div>`))
      return
    }
    this.loaded = false
    notify(this.dataset.failed, { kind: 'error' })
  }

  async insert(button) {
    const area = textOf(this.root)
    const words = button.dataset.insert
    if (!area) {
      await navigator.clipboard?.writeText(words).catch(() => {})
      notify(this.dataset.none)
      return
    }
    const room = area.maxLength < 0 ? Infinity : area.maxLength - area.value.length
    area.setRangeText(words.slice(0, Math.max(room, 0)), area.selectionStart, area.selectionEnd, 'end')
    if (button.dataset.key && area.closest('move-form')) {
      area.form?.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'phrase', value: button.dataset.key }))
    }
    area.dispatchEvent(new Event('input', { bubbles: true }))
    area.focus()
    notify(this.dataset.inserted)
  }
}

customElements.define('case-knowledge', CaseKnowledge)
