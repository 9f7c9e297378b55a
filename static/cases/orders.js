// The list of work orders: further rows without leaving the page, j and k, '/'.
import { fetchFragment } from 'govmap/http'
import { keys } from 'govmap/keys'
import { tick } from 'govmap/clock'

class OrderList extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector('[data-rows]')
    this.addEventListener('click', (event) => this.clicked(event))
    keys({
      j: () => this.step(1), k: () => this.step(-1),
      '/': () => this.querySelector('[data-search]').select(),
    })
    this.dataset.ready = 'true'
  }

  async clicked(event) {
    const more = event.target.closest('[data-more]')
    if (!more || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const { ok, html } = await fetchFragment(more.href)
    if (!ok) return location.assign(more.href)
    more.closest('li').remove()
    const here = this.rows.children.length
    this.rows.insertAdjacentHTML('beforeend', html)
    this.rows.children[here]?.querySelector('a').focus()
    tick()
  }

  step(by) {
    const links = Array.from(this.querySelectorAll('.order-link'))
    const next = links[links.indexOf(document.activeElement) + by] ?? links[0]
    next?.focus()
  }
}
customElements.define('order-list', OrderList)
