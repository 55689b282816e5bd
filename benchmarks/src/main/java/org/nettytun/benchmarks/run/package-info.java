/** What a measurement needs: programs under test, their compiler, their cores, their namespaces. */
package org.nettytun.benchmarks.run;
