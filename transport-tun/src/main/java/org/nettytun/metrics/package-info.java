/** Micrometer binders; Micrometer itself is an optional dependency. */
package org.nettytun.metrics;
