// Before the first paint of the page that says that there is no network: it belongs to
// nobody, so the server wrote no theme into it. A classic script: it may not come late.
;(() => {
  const [, chosen] = /(?:^|; )theme=(dark|light)/.exec(document.cookie) ?? []
  const usual = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  document.documentElement.dataset.bsTheme = chosen ?? usual
})()
