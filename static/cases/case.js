// The page of one case.
import { SubjectPage } from 'workflow/subject-page'
import 'cases/follow'
import 'cases/proposal'
import 'workflow/presence'

class CasePage extends SubjectPage {
  get kind() { return 'case' }

  async makeMap(box, center) {
    const { createMap } = await import('layers/map-core')
    return createMap(box, { center, zoom: 17 })
  }

  drawn() { this.pin(this.dataset.label.slice(0, 1)) }
}
customElements.define('case-page', CasePage)
