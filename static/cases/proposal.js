// <case-proposal>: everything that the system proposes for a new case, up to a
// department. `g` opens it, Enter carries it out, and the page goes on to the next case.
//
// What is proposed is fetched as soon as the case is shown. The answer of carrying it
// out goes to the page as `move:answer`, and then `proposal:done` says that it was all.
//
//   data-url   where the panel is fetched     data-failed, data-lost   sentences
import { element, fetchFragment, post } from 'govmap/http'
import { keys } from 'govmap/keys'
import { notify } from 'govmap/notice'
import { bodyOf } from 'workflow/body'
import { openForm } from 'workflow/move-form'

class CaseProposal extends HTMLElement {
  connectedCallback() {
    if (this.started) return
    this.started = true
    this.opener = this.querySelector('[data-open]')
    this.sheet = this.querySelector('[data-sheet]')
    this.asking = new AbortController()
    this.opener.addEventListener('click', () => (this.isOpen ? this.close() : this.open()))
    this.addEventListener('submit', (event) => this.carryOut(event))
    this.addEventListener('click', (event) => this.clicked(event))
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.isOpen) return
      event.stopPropagation()
      this.close()
    })
    this.ready = this.load()
  }

  disconnectedCallback() { this.asking.abort() }

  get isOpen() { return !this.sheet.hidden }
  get panel() { return this.sheet.firstElementChild }

  async load() {
    try {
      const { ok, html, response } = await fetchFragment(this.dataset.url, { signal: this.asking.signal })
      if (!ok || response.redirected) return
      this.sheet.replaceChildren(element(html))
      this.querySelector('[data-line]').textContent = this.panel.dataset.line
      this.dataset.complete = this.panel.dataset.complete
      this.classList.toggle('proposal-doubt', this.panel.dataset.complete !== 'yes' || 'near' in this.panel.dataset)
    } catch (error) {
      if (error.name !== 'AbortError') throw error
    }
  }

  async open() {
    // Enter may not go elsewhere while the panel is on its way.
    this.opener.focus()
    await this.ready
    if (!this.panel) { this.ready = this.load(); await this.ready }
    if (!this.isConnected) return
    if (!this.panel) { notify(this.dataset.failed, { kind: 'error' }); return }
    this.sheet.hidden = false
    this.dataset.shown = ''
    this.opener.setAttribute('aria-expanded', 'true')
    this.sheet.querySelector('.move-send, [data-form]')?.focus()
  }

  close() {
    this.sheet.hidden = true
    delete this.dataset.shown
    this.opener.setAttribute('aria-expanded', 'false')
    this.opener.focus()
  }

  async carryOut(event) {
    const form = event.target.closest('[data-carry-out]')
    if (!form) return
    event.preventDefault()
    if (this.busy) return
    this.busy = true
    try {
      const { ok, status, data, response } = await post(form.action, bodyOf(form))
      if (status === 0) { notify(this.dataset.lost, { kind: 'error' }); return }
      if (status >= 500 || response.redirected) { notify(this.dataset.failed, { kind: 'error' }); return }
      const said = ok ? element(data).querySelector('[role=status] span')?.textContent ?? '' : ''
      // Said before the answer takes this element out of the page.
      const page = this.parentElement.closest('case-desk, case-page, case-review') ?? document
      page.dispatchEvent(new CustomEvent('move:answer', { detail: { ok, status, html: data } }))
      if (ok) page.dispatchEvent(new CustomEvent('proposal:done', { detail: { said } }))
    } finally {
      this.busy = false
    }
  }

  // The ordinary form, with what is known filled in.
  clicked(event) {
    if (!event.target.closest('[data-form]') || event.ctrlKey || event.metaKey) return
    const { move, condition, unit } = this.panel.dataset
    const wanted = this.parentElement.querySelector(`.moves move-form[data-verb="${CSS.escape(move)}"]`)
    if (!wanted) return
    event.preventDefault()
    this.close()
    const choice = condition && wanted.querySelector(`[name=condition][value="${CSS.escape(condition)}"]`)
    if (choice) choice.checked = true
    const select = unit && wanted.querySelector('select[name=unit]')
    if (select) select.value = unit
    openForm(wanted)
  }
}

customElements.define('case-proposal', CaseProposal)

keys({ g: () => {
  const proposal = document.querySelector('case-proposal')
  if (!proposal) return false
  proposal.open()
  return true
} })
