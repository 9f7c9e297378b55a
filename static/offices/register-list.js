// <register-list>: j and k go through the rows, '/' to the search.
import { keys } from 'govmap/keys'

class RegisterList extends HTMLElement {
  connectedCallback() {
    keys({
      j: () => this.step(1), k: () => this.step(-1),
      '/': () => this.querySelector('[data-search]').select(),
    })
    this.dataset.ready = 'true'
  }

  step(by) {
    const links = Array.from(this.querySelectorAll('[data-row]'))
    const next = links[links.indexOf(document.activeElement) + by] ?? links[0]
    next?.focus()
  }
}
customElements.define('register-list', RegisterList)
