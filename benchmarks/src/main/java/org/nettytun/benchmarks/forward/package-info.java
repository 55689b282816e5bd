/** Two kernels with a program between them: what passes, and how long it takes. */
package org.nettytun.benchmarks.forward;
