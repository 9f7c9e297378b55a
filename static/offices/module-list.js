// <module-list>: filters stand open at a desk and are folded on a phone; j and k go
// through the rows, '/' to the search; further rows come without leaving the page.
import { fetchFragment } from 'govmap/http'
import { keys } from 'govmap/keys'

const WIDE = matchMedia('(width >= 768px)')

class ModuleList extends HTMLElement {
  connectedCallback() {
    this.more = this.querySelector('[data-more]')
    this.fold = () => { if (this.more) this.more.open = WIDE.matches }
    this.fold()
    WIDE.addEventListener('change', this.fold)
    this.addEventListener('click', (event) => this.next(event))
    keys({ j: () => this.step(1), k: () => this.step(-1), '/': () => this.querySelector('input[type=search]')?.select() })
    this.dataset.ready = 'true'
  }

  disconnectedCallback() { WIDE.removeEventListener('change', this.fold) }

  step(by) {
    const links = Array.from(this.querySelectorAll('tbody th a'))
    const next = links[links.indexOf(document.activeElement) + by] ?? links[0]
    next?.focus()
  }

  // Rows are added below; without this script the link opens the next page.
  async next(event) {
    const link = event.target.closest('a[rel=next]')
    const rows = this.querySelector('[data-rows]')
    if (!link || !rows) return
    event.preventDefault()
    link.setAttribute('aria-busy', 'true')
    const { ok, html, response } = await fetchFragment(link.href)
    if (!ok || response.redirected) { location.href = link.href; return }
    const more = document.createElement('template')
    more.innerHTML = html
    const on = more.content.querySelector('[data-next]')
    rows.append(...more.content.querySelectorAll('tr:not([data-next])'))
    link.removeAttribute('aria-busy')
    if (on) link.href = on.dataset.next
    else link.closest('nav').remove()
  }
}
customElements.define('module-list', ModuleList)
