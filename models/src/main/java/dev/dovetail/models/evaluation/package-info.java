/** From a data set and a model to metrics. */
package dev.dovetail.models.evaluation;
