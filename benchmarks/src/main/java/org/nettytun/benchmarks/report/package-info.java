/** What was measured: rows, their statistics, tables and plots, and the machine it was. */
package org.nettytun.benchmarks.report;
