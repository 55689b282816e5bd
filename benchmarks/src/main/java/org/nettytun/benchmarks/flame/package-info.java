/** Where the time of the hairpin goes: stacks of the loop's thread, sampled with the kernel's part in them. */
package org.nettytun.benchmarks.flame;
