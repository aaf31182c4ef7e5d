// Marks, in a lesson's table of contents, the section that is being read.

const links = new Map();
for (const link of document.querySelectorAll('.toc a[href^="#"]')) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) links.set(heading, link);
}

function mark() {
  const passed = [...links.keys()].filter((heading) => heading.getBoundingClientRect().top < 120);
  const current = links.get(passed.at(-1));
  for (const link of links.values()) {
    if (link === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

if (links.size) {
  const watch = new IntersectionObserver(mark, { rootMargin: "-100px 0px 0px" });
  for (const heading of links.keys()) watch.observe(heading);
  mark();
}
