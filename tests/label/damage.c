/* See damage.h. Distances are in dots of the scene, SCENE_PX_MM a millimetre. */
#include "damage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decode_labels.h"

#define SCENE_PX_MM 20.0
#define SCENE_PX    312 /* (13 + 2 * 1.3) mm */
#define BLOT_MM     8.6
#define PI          3.14159265358979323846

static double draw(uint64_t *state, double from, double to)
{
    return from + (to - from) * (double)(mix(state) >> 11) * 0x1p-53;
}

/* Near enough to normal, of deviation 1: the sum of twelve. */
static double draw_normal(uint64_t *state)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++) {
        sum += draw(state, 0.0, 1.0);
    }
    return sum;
}

static void put_box(const struct grey *box, float *scene)
{
    for (int y = 0; y < SCENE_PX; y++) {
        for (int x = 0; x < SCENE_PX; x++) {
            double scale = box->width / DAMAGE_BOX_MM / SCENE_PX_MM;
            int u = (int)floor((x + 0.5 - DAMAGE_BORDER_MM * SCENE_PX_MM) * scale);
            int v = (int)floor((y + 0.5 - DAMAGE_BORDER_MM * SCENE_PX_MM) * scale);
            bool is_in = u >= 0 && v >= 0 && u < box->width && v < box->height;
            scene[y * SCENE_PX + x] = is_in ? box->dots[v * box->width + u] : 255.0F;
        }
    }
}

static void put_blot(float *scene, double share, uint64_t *state)
{
    int side = (int)lround(BLOT_MM * SCENE_PX_MM * sqrt(share));
    int room = (int)(BLOT_MM * SCENE_PX_MM) - side;
    int corner = (SCENE_PX - (int)(BLOT_MM * SCENE_PX_MM)) / 2;
    int left = corner + (int)draw(state, 0.0, room + 1.0);
    int top = corner + (int)draw(state, 0.0, room + 1.0);
    float ink = mix(state) >> 63 ? 255.0F : 0.0F;
    for (int y = top; y < top + side; y++) {
        for (int x = left; x < left + side; x++) {
            scene[y * SCENE_PX + x] = ink;
        }
    }
}

static void put_scratch(float *scene, double width_mm, uint64_t *state)
{
    double at = SCENE_PX / 2.0 + draw(state, -0.5, 0.5) * BLOT_MM * SCENE_PX_MM;
    double lean = tan(draw(state, -15.0, 15.0) * PI / 180.0);
    for (int y = 0; y < SCENE_PX; y++) {
        double middle = at + lean * (y - SCENE_PX / 2.0);
        for (int x = 0; x < SCENE_PX; x++) {
            if (fabs(x + 0.5 - middle) <= width_mm * SCENE_PX_MM / 2.0) {
                scene[y * SCENE_PX + x] = 255.0F;
            }
        }
    }
}

/* The scene at a place between its dots; outside it is white. */
static float sample(const float *scene, double x, double y)
{
    int left = (int)floor(x);
    int top = (int)floor(y);
    double part_x = x - left;
    double part_y = y - top;
    double sum = 0.0;
    for (int k = 0; k < 4; k++) {
        int u = left + k % 2;
        int v = top + k / 2;
        bool is_in = u >= 0 && v >= 0 && u < SCENE_PX && v < SCENE_PX;
        double weight =
            (k % 2 != 0 ? part_x : 1.0 - part_x) * (k / 2 != 0 ? part_y : 1.0 - part_y);
        sum += weight * (is_in ? (double)scene[v * SCENE_PX + u] : 255.0);
    }
    return (float)sum;
}

static void turn(const float *scene, double angle_deg, float *out)
{
    double c = cos(angle_deg * PI / 180.0);
    double s = sin(angle_deg * PI / 180.0);
    const double middle = (SCENE_PX - 1) / 2.0;
    for (int y = 0; y < SCENE_PX; y++) {
        for (int x = 0; x < SCENE_PX; x++) {
            out[y * SCENE_PX + x] = sample(scene, middle + c * (x - middle) + s * (y - middle),
                                           middle - s * (x - middle) + c * (y - middle));
        }
    }
}

/* One direction of the blur: along rows, written as columns, so that twice is both. */
static void blur_rows(const float *in, double deviation, float *out)
{
    float weights[64];
    int reach = (int)ceil(deviation * 3.0);
    float total = 0.0F;
    reach = reach > 31 ? 31 : reach;
    for (int i = -reach; i <= reach; i++) {
        weights[i + reach] = (float)exp(-i * i / (2.0 * deviation * deviation));
        total += weights[i + reach];
    }
    for (int y = 0; y < SCENE_PX; y++) {
        for (int x = 0; x < SCENE_PX; x++) {
            float sum = 0.0F;
            for (int i = -reach; i <= reach; i++) {
                int u = x + i;
                u = u < 0 ? 0 : u >= SCENE_PX ? SCENE_PX - 1 : u;
                sum += weights[i + reach] * in[y * SCENE_PX + u];
            }
            out[x * SCENE_PX + y] = sum / total;
        }
    }
}

static struct grey take(const float *scene, const struct damage *damage, uint64_t *state)
{
    int side = (int)(SCENE_PX / SCENE_PX_MM * damage->camera_px_mm);
    struct grey photo = {malloc((size_t)side * (size_t)side), side, side};
    double scale = SCENE_PX_MM / damage->camera_px_mm;
    for (int y = 0; photo.dots != NULL && y < side; y++) {
        for (int x = 0; x < side; x++) {
            double light =
                (double)sample(scene, (x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5);
            light = 127.5 + (light - 127.5) * damage->contrast;
            light += damage->noise * draw_normal(state);
            photo.dots[y * side + x] = (uint8_t)lround(fmin(fmax(light, 0.0), 255.0));
        }
    }
    return photo;
}

struct grey damage_photograph(const struct grey *box, const struct damage *damage,
                              uint64_t seed)
{
    struct grey photo = {0};
    uint64_t state = seed;
    const size_t size = (size_t)SCENE_PX * SCENE_PX * sizeof(float);
    float *scene = malloc(size);
    float *spare = malloc(size);
    if (scene == NULL || spare == NULL) {
        goto out;
    }
    put_box(box, scene);
    if (damage->blot_share > 0.0) {
        put_blot(scene, damage->blot_share, &state);
    }
    if (damage->scratch_mm > 0.0) {
        put_scratch(scene, damage->scratch_mm, &state);
    }
    turn(scene, draw(&state, -damage->turn_deg, damage->turn_deg), spare);
    if (damage->blur_um > 0.0) {
        double deviation = damage->blur_um / 1000.0 * SCENE_PX_MM;
        blur_rows(spare, deviation, scene);
        blur_rows(scene, deviation, spare);
    }
    photo = take(spare, damage, &state);
out:
    free(scene);
    free(spare);
    return photo;
}
