/** What it costs, measured: beside C, beside the rival, beside the kernel. {@code bin/bench} runs it. */
package org.nettytun.benchmarks;
