// The catalogue by keyboard: j and k walk the rows, Enter opens, / searches.
import { keys } from 'govmap/keys'

class DataCatalogue extends HTMLElement {
  connectedCallback() {
    keys({
      j: () => this.step(1),
      k: () => this.step(-1),
      '/': () => this.querySelector('[name=q]')?.select(),
    })
  }

  // The rows are fetched anew by a search, so they are looked up each time.
  step(by) {
    const links = Array.from(this.querySelectorAll('[data-row] a'))
    const at = links.indexOf(document.activeElement)
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by]
    next?.focus()
    next?.closest('tr').scrollIntoView({ block: 'nearest' })
  }
}
customElements.define('data-catalogue', DataCatalogue)
