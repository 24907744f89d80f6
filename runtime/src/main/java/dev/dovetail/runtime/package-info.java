/** Devices, precision, compiled plans. */
package dev.dovetail.runtime;
