// <own-list>: what becomes of what one sent shows while one looks.
// An event only names a subject; its card is fetched again, so the server decides.
//
//   data-kind   of the subjects     data-card   where one card is, with :uuid in it
//   data-live   the stream
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'

class OwnList extends HTMLElement {
  connectedCallback() {
    this.live = listen(this.dataset.live, {
      [this.dataset.kind]: ({ uuid }) => this.renew(uuid),
      reload: () => location.reload(),
    })
  }

  disconnectedCallback() {
    this.live.close()
  }

  async renew(uuid) {
    const card = this.querySelector(`#own-${CSS.escape(uuid)}`)
    if (!card) return
    const { ok, status, html, response } = await fetchFragment(this.dataset.card.replace(':uuid', uuid))
    if (status === 404) card.remove()
    if (!ok || response.redirected) return
    const fresh = element(html)
    const focused = card.contains(document.activeElement)
    card.replaceWith(fresh)
    if (focused) fresh.querySelector('a').focus()
  }
}

customElements.define('own-list', OwnList)
