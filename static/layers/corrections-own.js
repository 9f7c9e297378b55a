// <own-corrections>: how one's corrections are answered shows while one looks.
// An event only names one; its card is fetched again, so the server decides.
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'

class OwnCorrections extends HTMLElement {
  connectedCallback() {
    this.live = listen(this.dataset.live, {
      correction: ({ uuid }) => this.renew(uuid),
      reload: () => location.reload(),
    })
  }

  disconnectedCallback() {
    this.live.close()
  }

  async renew(uuid) {
    const card = this.querySelector(`#own-${CSS.escape(uuid)}`)
    if (!card) return
    const { ok, status, html, response } = await fetchFragment(`${this.dataset.one}${uuid}/card/`)
    if (status === 404) card.remove()
    if (!ok || response.redirected) return
    const fresh = element(html)
    const focused = card.contains(document.activeElement)
    card.replaceWith(fresh)
    if (focused) fresh.querySelector('a').focus()
  }
}

customElements.define('own-corrections', OwnCorrections)
