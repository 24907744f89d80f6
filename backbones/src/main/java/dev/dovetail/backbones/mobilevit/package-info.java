/** MobileViTv2 (Mehta and Rastegari 2022). */
package dev.dovetail.backbones.mobilevit;
