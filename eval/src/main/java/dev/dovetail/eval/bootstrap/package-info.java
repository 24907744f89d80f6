/** How sure a difference of two results is: the bootstrap over images. */
package dev.dovetail.eval.bootstrap;
