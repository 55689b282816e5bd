/** What single operations cost, by JMH, with the bytes that they allocate. Each class has an empty baseline. */
package org.nettytun.benchmarks.jmh;
