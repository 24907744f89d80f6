/**
 * What is done with a network's predictions. A task owns post-processing in the graph, decoding,
 * evaluation, storing and drawing; nothing outside its own package asks which task a model has.
 */
@NullMarked
package dev.dovetail.tasks;

import org.jspecify.annotations.NullMarked;
