// The star of a case: kept in one's own list, or let go, where one stands.
import { element, post } from 'govmap/http'

document.addEventListener('submit', async (event) => {
  const form = event.target.closest('[data-follow]')
  if (!form) return
  event.preventDefault()
  const { ok, data } = await post(form.action, new FormData(form))
  if (!ok) { form.submit(); return }
  const now = element(data)
  form.replaceWith(now)
  now.querySelector('button').focus()
})
