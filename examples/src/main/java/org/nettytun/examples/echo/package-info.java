/** Answers ping for whole prefixes. */
package org.nettytun.examples.echo;
