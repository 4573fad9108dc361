# What R's wilcox.test says of samples of many kinds: name|x|y|W|p two-sided|p greater|p less|Hodges-Lehmann.
#   Rscript wilcox.R > wilcox.txt
# With the argument "large" also samples too large to keep in a file.
set.seed(20261121)
large <- "large" %in% commandArgs(trailingOnly = TRUE)
sizes <- list(c(1, 1), c(1, 5), c(3, 2), c(5, 5), c(8, 8), c(8, 12), c(12, 7), c(20, 20), c(49, 49), c(49, 50), c(50, 49), c(50, 50), c(100, 30))
if (large) sizes <- c(sizes, list(c(2000, 1500), c(3, 4000)))
kinds <- list(
  same      = function(n, m) list(rnorm(n), rnorm(m)),
  little    = function(n, m) list(rnorm(n) + 0.5, rnorm(m)),
  shifted   = function(n, m) list(rnorm(n) - 2, rnorm(m)),
  far       = function(n, m) list(rnorm(n) + 100, rnorm(m)),
  lognormal = function(n, m) list(exp(rnorm(n)), 1.5 * exp(rnorm(m))),
  ties      = function(n, m) list(round(2 * rnorm(n)), round(2 * rnorm(m)) + 1),
  twoValues = function(n, m) list(as.numeric(runif(n) < 0.2), as.numeric(runif(m) < 0.4)),
  constants = function(n, m) list(rep(5, n), rep(3, m)),
  equal     = function(n, m) list(rep(1, n), rep(1, m)))
text <- function(values) paste(sprintf("%.17g", values), collapse = ",")
p <- function(x, y, alternative) suppressWarnings(wilcox.test(x, y, alternative = alternative))$p.value
cat("#", R.version.string, "\n")
for (kind in names(kinds)) for (size in sizes) {
  pair <- kinds[[kind]](size[1], size[2])
  x <- signif(pair[[1]], 6); y <- signif(pair[[2]], 6)
  if (kind == "twoValues" && size[1] == 8) y <- sample(x)
  w <- suppressWarnings(wilcox.test(x, y))$statistic
  cat(paste0(kind, " ", size[1], "x", size[2]), text(x), text(y), text(w), text(p(x, y, "two.sided")), text(p(x, y, "greater")), text(p(x, y, "less")),
      text(median(outer(x, y, "-"))), sep = "|")
  cat("\n")
}
