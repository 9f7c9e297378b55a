// <own-reports>: what becomes of one's reports shows while one looks.
// An event only names a case; its card is fetched again, so the server decides.
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'

class OwnReports extends HTMLElement {
  connectedCallback() {
    this.live = listen(this.dataset.live, {
      case: ({ uuid }) => this.renew(uuid),
      reload: () => location.reload(),
    })
  }

  disconnectedCallback() {
    this.live.close()
  }

  async renew(uuid) {
    const card = this.querySelector(`#own-${CSS.escape(uuid)}`)
    if (!card) return
    const { ok, status, html, response } = await fetchFragment(`${this.dataset.one}${uuid}/`)
    if (status === 404) card.remove()
    if (!ok || response.redirected) return
    const fresh = element(html)
    const focused = card.contains(document.activeElement)
    card.replaceWith(fresh)
    if (focused) fresh.querySelector('a').focus()
  }
}

customElements.define('own-reports', OwnReports)
