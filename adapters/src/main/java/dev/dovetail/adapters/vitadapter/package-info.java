/** ViT-Adapter (Chen et al., ICLR 2023). */
@NullMarked
package dev.dovetail.adapters.vitadapter;

import org.jspecify.annotations.NullMarked;
