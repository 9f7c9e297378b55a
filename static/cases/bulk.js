// The preview of an act on many cases: how many are chosen, and the keys.
import { keys } from 'govmap/keys'

class BulkPlan extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('[data-plan]')
    keys({ Escape: () => this.querySelector('[data-back]').click() })
    if (!this.form) return
    this.form.addEventListener('change', () => this.count())
    // Sent twice it would be done once all the same; but who waits, should see it.
    this.form.addEventListener('submit', () => this.button.setAttribute('aria-disabled', 'true'))
    addEventListener('pageshow', () => this.count())
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.repeat || !(event.ctrlKey || event.metaKey)) return
      if (!this.button.hasAttribute('aria-disabled')) this.form.requestSubmit()
    })
    this.count()
    this.dataset.ready = 'yes'
  }

  get button() { return this.form.querySelector('[data-send]') }

  count() {
    const chosen = this.form.querySelectorAll('input[name=case]:checked').length
    this.form.querySelector('[data-chosen]').textContent = chosen
    this.button.toggleAttribute('disabled', !chosen)
    this.button.removeAttribute('aria-disabled')
  }
}
customElements.define('bulk-plan', BulkPlan)
