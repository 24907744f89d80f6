/**
 * Tasks, which process the predictions of a network. A task owns post-processing in the graph,
 * decoding, evaluation, storage and drawing. No code outside a task's package depends on the task
 * of a model.
 */
@NullMarked
package dev.dovetail.tasks;

import org.jspecify.annotations.NullMarked;
