// <correction-desk>: the provider's list follows what comes in and what is answered.
import { SubjectList } from 'workflow/subject-list'

class CorrectionDesk extends SubjectList {
  get kinds() { return ['correction'] }
}
customElements.define('correction-desk', CorrectionDesk)
