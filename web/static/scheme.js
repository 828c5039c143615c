// Thread: page, before the first paint, which is why it is a file of its own and no module. The page goes on with it in
// ui/shell/scheme.ts.
{
  let wish
  try {
    wish = localStorage.getItem('backline.scheme')
  } catch {
    // Forbidden: as the system has it.
  }
  if (wish !== 'dark' && wish !== 'light')
    wish = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
  document.documentElement.dataset.mantineColorScheme = wish
}
