// A click on a photo shows it in full, over the page.

export function showPhotos(root) {
  const dialog = document.getElementById('photo-dialog')
  if (!dialog) return
  root.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-photo]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    dialog.querySelector('img').src = link.href
    dialog.showModal()
  })
  dialog.addEventListener('click', (event) => { if (event.target !== dialog.querySelector('img')) dialog.close() })
  dialog.addEventListener('close', () => dialog.querySelector('img').removeAttribute('src'))
}
