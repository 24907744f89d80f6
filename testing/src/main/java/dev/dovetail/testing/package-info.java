/** What the tests of all rooms share: where the reference fixtures lie. */
package dev.dovetail.testing;
