/** Watches a running JVM for packets that are dropped. */
package org.nettytun.examples.dropwatch;
