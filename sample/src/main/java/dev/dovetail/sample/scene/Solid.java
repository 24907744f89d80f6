package dev.dovetail.sample.scene;

/**
 * Bodies defined by signed distance functions: negative inside, and never more than the distance to
 * the surface. The formulas of the star and the capped cone are by Inigo Quilez
 * (iquilezles.org/articles/distfunctions).
 */
enum Solid {
  BALL(0.95) {
    @Override
    double distance(double x, double y, double z) {
      return length(x, y, z) - 0.92;
    }
  },
  CRATE(1.05) {
    @Override
    double distance(double x, double y, double z) {
      return box(x, y, z, 0.57, 0.52, 0.57) - 0.03;
    }
  },
  CONE(1.3) {
    @Override
    double distance(double x, double y, double z) {
      double foot = box(x, y + 0.8, z, 0.62, 0.05, 0.62) - 0.03;
      return Math.min(foot, cappedCone(length(x, z), y, 0.85, 0.5, 0.07));
    }
  },
  RING(0.98) {
    @Override
    double distance(double x, double y, double z) {
      return length(length(x, y) - 0.68, z) - 0.27;
    }
  },
  STAR(1.05) {
    @Override
    double distance(double x, double y, double z) {
      double flat = star(x, y);
      // Thick in the center, thin at the points.
      double deep = (Math.abs(z) - 0.3 + 0.22 * length(x, y)) * 0.95;
      double outside = length(Math.max(flat, 0), Math.max(deep, 0));
      return (Math.min(Math.max(flat, deep), 0) + outside) - 0.05;
    }
  },
  MUSHROOM(1.1) {
    @Override
    double distance(double x, double y, double z) {
      double cap = Math.max((length(x, y / 0.85, z) - 0.9) * 0.85, 0.02 - y) - 0.03;
      double stalk = length(x, y - Math.min(Math.max(y, -0.62), 0.05), z) - 0.27 + 0.06 * y;
      return Math.min(cap, stalk * 0.95);
    }
  },
  MUG(1.15) {
    @Override
    double distance(double x, double y, double z) {
      double radius = length(x, z);
      double outer = Math.max(radius - 0.6, Math.abs(y) - 0.68);
      double inner = Math.max(radius - 0.5, -0.58 - y);
      double handle = length(length(x - 0.62, y) - 0.34, z) - 0.09;
      return Math.min(Math.max(outer, -inner), Math.max(handle, 0.56 - x));
    }
  },
  GEM(1.0) {
    @Override
    double distance(double x, double y, double z) {
      double along = Math.abs(x);
      double side = Math.max(Math.abs(z), along * 0.8660254037844386 + Math.abs(z) * 0.5);
      double crown = side * 0.6 + y * 0.8 - 0.62;
      double pavilion = side * 0.835 - y * 0.55 - 0.52;
      return Math.max(Math.max(crown, pavilion), y - 0.48);
    }
  };

  /** The radius of the ball around the origin that contains the body. */
  private final double reach;

  Solid(double reach) {
    this.reach = reach;
  }

  static Solid of(Category category) {
    return values()[category.ordinal()];
  }

  double reach() {
    return reach;
  }

  /** Returns a lower bound of the signed distance of a point. */
  abstract double distance(double x, double y, double z);

  double distance(Vec p) {
    return distance(p.x(), p.y(), p.z());
  }

  /** Returns the outward normal at a point of the surface. */
  Vec normal(Vec p) {
    double e = 1e-4;
    double here = distance(p);
    return new Vec(
            distance(p.x() + e, p.y(), p.z()) - here,
            distance(p.x(), p.y() + e, p.z()) - here,
            distance(p.x(), p.y(), p.z() + e) - here)
        .unit();
  }

  private static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }

  private static double length(double x, double y, double z) {
    return Math.sqrt(x * x + y * y + z * z);
  }

  private static double box(double x, double y, double z, double w, double h, double d) {
    double right = Math.abs(x) - w;
    double up = Math.abs(y) - h;
    double front = Math.abs(z) - d;
    return length(Math.max(right, 0), Math.max(up, 0), Math.max(front, 0))
        + Math.min(Math.max(right, Math.max(up, front)), 0);
  }

  private static double cappedCone(double q, double y, double half, double bottom, double top) {
    double ax = q - Math.min(q, y < 0 ? bottom : top);
    double ay = Math.abs(y) - half;
    double kx = top - bottom;
    double ky = 2 * half;
    double along = ((top - q) * kx + (half - y) * ky) / (kx * kx + ky * ky);
    along = Math.min(Math.max(along, 0), 1);
    double bx = q - top + kx * along;
    double by = y - half + ky * along;
    double nearest = Math.sqrt(Math.min(ax * ax + ay * ay, bx * bx + by * by));
    return bx < 0 && ay < 0 ? -nearest : nearest;
  }

  private static double star(double x, double y) {
    double radius = 0.97;
    double cos = 0.8090169943749475;
    double sin = 0.5877852522924731;
    double px = Math.abs(x);
    double py = y;
    double over = 2 * Math.max(cos * px - sin * py, 0);
    px -= over * cos;
    py += over * sin;
    over = 2 * Math.max(-cos * px - sin * py, 0);
    px = Math.abs(px + over * cos);
    py += over * sin;
    py -= radius;
    double bx = 0.48 * sin;
    double by = 0.48 * cos - 1;
    double along = Math.min(Math.max((px * bx + py * by) / (bx * bx + by * by), 0), radius);
    double away = length(px - bx * along, py - by * along);
    return py * bx - px * by < 0 ? -away : away;
  }
}
