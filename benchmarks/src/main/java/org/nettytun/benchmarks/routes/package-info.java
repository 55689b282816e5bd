/** What a full route table takes: time to load, memory, and changes while others look up. */
package org.nettytun.benchmarks.routes;
