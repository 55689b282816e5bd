/** The command line of the examples: one jar, one subcommand an example. */
package org.nettytun.examples;
