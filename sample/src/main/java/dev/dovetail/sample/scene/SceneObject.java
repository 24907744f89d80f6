package dev.dovetail.sample.scene;

/**
 * A body in a scene.
 *
 * @param category its category
 * @param segment the number of its segment, which is shared by a crowd
 * @param x the column of its center
 * @param base the row where it stands
 * @param radius the distance in pixels from the center to the farthest point of the body
 * @param turn its rotation
 * @param material its material
 */
record SceneObject(
    Category category,
    int segment,
    double x,
    double base,
    double radius,
    Rotation turn,
    Material material) {}
