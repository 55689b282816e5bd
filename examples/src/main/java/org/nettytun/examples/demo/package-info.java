/** Two namespaces, the router between them, and numbers at the end. */
package org.nettytun.examples.demo;
