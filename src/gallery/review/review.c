/* Finds enrolled people and encodings that may cause wrong decisions. */
#include "facegate/gallery/review.h"
#include "review/review_scan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct fg_review {
    double tolerance;
    fg_review_person *people;
    int people_count;
    fg_finding *findings;
    int finding_count;
    int finding_room;
    fg_review_counts counts;
    fg_review_rate rates[FG_REVIEW_RATES];
    int rate_count;
};

static const double usual_tolerances[] = {0.40, 0.45, 0.50, 0.55, 0.60};

/* The usual ones, and the configured one in its place among them where it is none of them. */
static void choose_tolerances(fg_review *review)
{
    const int usual = sizeof(usual_tolerances) / sizeof(usual_tolerances[0]);
    bool placed = false;
    for (int i = 0; i < usual || !placed;) {
        fg_review_rate *rate = &review->rates[review->rate_count++];
        double next = i < usual ? usual_tolerances[i] : INFINITY;
        bool same = fabs(next - review->tolerance) < 1e-9;
        rate->configured = !placed && (same || review->tolerance < next);
        rate->tolerance = rate->configured ? review->tolerance : next;
        placed = placed || rate->configured;
        i += same || !rate->configured ? 1 : 0;
    }
}

static int count_of(const fg_scan *scan, int person)
{
    return scan->starts[person + 1] - scan->starts[person];
}

/* Which of its person's encodings a row is, counted from 0. */
static int number_of(const fg_scan *scan, int row)
{
    return row - scan->starts[scan->people[row]];
}

static void describe_person(const fg_scan *scan, int person, fg_review_person *ret_person)
{
    int nearest = -1;
    for (int row = scan->starts[person]; row < scan->starts[person + 1]; row++) {
        const fg_scan_row *this = &scan->rows[row];
        if (this->other_row >= 0 && (nearest < 0 || this->other < scan->rows[nearest].other ||
                                     (this->other == scan->rows[nearest].other &&
                                      this->other_row < scan->rows[nearest].other_row))) {
            nearest = row;
        }
    }
    float spread = scan->spreads[person];
    *ret_person = (fg_review_person){.spread = spread < 0 ? NAN : sqrt((double)spread),
                                     .nearest = -1,
                                     .distance = INFINITY,
                                     .encoding = -1,
                                     .nearest_encoding = -1};
    if (nearest >= 0) {
        int other_row = scan->rows[nearest].other_row;
        ret_person->nearest = scan->people[other_row];
        ret_person->distance = sqrt((double)scan->rows[nearest].other);
        ret_person->encoding = number_of(scan, nearest);
        ret_person->nearest_encoding = number_of(scan, other_row);
    }
}

static int add_finding(fg_review *review, fg_finding finding)
{
    if (review->finding_count == review->finding_room) {
        int room = review->finding_room == 0 ? 16 : 2 * review->finding_room;
        fg_finding *findings =
            reallocarray(review->findings, (size_t)room, sizeof(*review->findings));
        if (findings == NULL) {
            return -ENOMEM;
        }
        review->findings = findings;
        review->finding_room = room;
    }
    review->findings[review->finding_count++] = finding;
    return 0;
}

static bool is_mix_up(const fg_scan *scan, int row, double tolerance)
{
    const fg_scan_row *this = &scan->rows[row];
    return count_of(scan, scan->people[row]) > 1 && this->other_row >= 0 &&
           sqrt((double)this->other) <= tolerance && sqrt((double)this->own) > tolerance;
}

static int add_mix_up(fg_review *review, const fg_scan *scan, int row)
{
    const fg_scan_row *this = &scan->rows[row];
    review->counts.mix_ups++;
    return add_finding(review, (fg_finding){.kind = FG_FINDING_MIX_UP,
                                            .person = scan->people[row],
                                            .encoding = number_of(scan, row),
                                            .other = scan->people[this->other_row],
                                            .other_encoding = number_of(scan, this->other_row),
                                            .distance = sqrt((double)this->other),
                                            .own_distance = sqrt((double)this->own)});
}

static int add_far(fg_review *review, const fg_scan *scan, int row)
{
    const fg_scan_row *this = &scan->rows[row];
    int own = this->own_row >= 0 ? number_of(scan, this->own_row) : -1;
    review->counts.mix_ups++;
    return add_finding(review, (fg_finding){.kind = FG_FINDING_FAR,
                                            .person = scan->people[row],
                                            .encoding = number_of(scan, row),
                                            .other = -1,
                                            .other_encoding = own,
                                            .distance = sqrt((double)this->own),
                                            .own_distance = NAN});
}

static int add_few(fg_review *review, int person, int count)
{
    review->counts.few += count > 0 ? 1 : 0;
    review->counts.nones += count > 0 ? 0 : 1;
    return add_finding(review, (fg_finding){.kind = count > 0 ? FG_FINDING_FEW : FG_FINDING_NONE,
                                            .person = person,
                                            .encoding = -1,
                                            .other = -1,
                                            .other_encoding = -1,
                                            .distance = NAN,
                                            .own_distance = NAN});
}

/* What is wrong with the encodings of one person. */
static int review_person(fg_review *review, const fg_scan *scan, int person)
{
    int count = count_of(scan, person);
    int mix_ups = 0;
    int result = count < FG_REVIEW_ENOUGH ? add_few(review, person, count) : 0;
    int first = scan->starts[person];
    int end = scan->starts[person + 1];
    for (int row = first; row < end; row++) {
        mix_ups += is_mix_up(scan, row, review->tolerance) ? 1 : 0;
    }
    /* With only mix-ups beside it nothing is known of an encoding. */
    bool alone = mix_ups >= count - 1;
    double far = fmax(FG_REVIEW_FAR, review->tolerance);
    for (int row = first; result == 0 && row < end; row++) {
        if (is_mix_up(scan, row, review->tolerance)) {
            result = add_mix_up(review, scan, row);
        } else if (!alone && sqrt((double)scan->rows[row].own) > far &&
                   (count > 2 || row == first)) {
            result = add_far(review, scan, row);
        }
    }
    return result;
}

static int add_pair(fg_review *review, const fg_scan *scan, const fg_scan_pair *pair)
{
    bool matches = pair->distance <= review->tolerance;
    return add_finding(
        review, (fg_finding){.kind = matches ? FG_FINDING_PAIR : FG_FINDING_CLOSE,
                             .person = scan->people[pair->row],
                             .encoding = number_of(scan, pair->row),
                             .other = scan->people[pair->other_row],
                             .other_encoding = number_of(scan, pair->other_row),
                             .distance = pair->distance,
                             .own_distance = NAN,
                             .from_mix_up = is_mix_up(scan, pair->row, review->tolerance) ||
                                            is_mix_up(scan, pair->other_row, review->tolerance)});
}

static int worst_first(const void *one, const void *other)
{
    const fg_finding *a = one;
    const fg_finding *b = other;
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    /* What is far is the worse the farther; all else the nearer. NAN is neither. */
    if (a->distance < b->distance || a->distance > b->distance) {
        return (a->distance < b->distance) == (a->kind != FG_FINDING_FAR) ? -1 : 1;
    }
    if (a->person != b->person) {
        return a->person < b->person ? -1 : 1;
    }
    if (a->other != b->other) {
        return a->other < b->other ? -1 : 1;
    }
    return (a->encoding > b->encoding) - (a->encoding < b->encoding);
}

static int find(fg_review *review, const fg_scan *scan)
{
    int result = 0;
    for (int i = 0; result == 0 && i < review->people_count; i++) {
        describe_person(scan, i, &review->people[i]);
        result = review_person(review, scan, i);
    }
    for (int i = 0; result == 0 && i < scan->pair_count; i++) {
        result = add_pair(review, scan, &scan->pairs[i]);
    }
    if (review->finding_count > 1) {
        qsort(review->findings, (size_t)review->finding_count, sizeof(*review->findings),
              worst_first);
    }
    return result;
}

static void take_rates(fg_review *review, const fg_scan *scan)
{
    for (int i = 0; i < review->rate_count; i++) {
        review->rates[i].seen = fg_rate_of(scan->matched[i], scan->people_pairs);
        if (review->rates[i].configured) {
            review->counts.pairs = scan->matched[i];
            review->counts.close = scan->near_pairs - scan->matched[i];
        }
    }
}

int fg_review_create(const fg_gallery *gallery, double tolerance, fg_review_progress *progress,
                     void *context, fg_review **ret_review)
{
    fg_scan scan = {.gallery = gallery,
                    .near = tolerance + FG_REVIEW_MARGIN,
                    .progress = progress,
                    .context = context};
    int result = -ENOMEM;
    fg_review *review = calloc(1, sizeof(*review));
    if (review == NULL) {
        return -ENOMEM;
    }
    review->tolerance = tolerance;
    review->people_count = fg_gallery_people(gallery);
    review->people = calloc((size_t)review->people_count + 1, sizeof(*review->people));
    if (review->people == NULL) {
        goto finish;
    }
    choose_tolerances(review);
    scan.tolerance_count = review->rate_count;
    for (int i = 0; i < review->rate_count; i++) {
        scan.tolerances[i] = review->rates[i].tolerance;
    }
    result = fg_scan_run(&scan);
    if (result == 0) {
        take_rates(review, &scan);
        result = find(review, &scan);
    }
finish:
    fg_scan_close(&scan);
    if (result != 0) {
        fg_review_free(review);
        return result;
    }
    *ret_review = review;
    return 0;
}

fg_review *fg_review_free(fg_review *review)
{
    if (review != NULL) {
        free(review->people);
        free(review->findings);
        free(review);
    }
    return NULL;
}

const fg_review_person *fg_review_of(const fg_review *review, int person)
{
    return &review->people[person];
}

const fg_review_counts *fg_review_counts_of(const fg_review *review)
{
    return &review->counts;
}

const fg_finding *fg_review_findings(const fg_review *review, int *ret_count)
{
    *ret_count = review->finding_count;
    return review->findings;
}

const fg_review_rate *fg_review_rates(const fg_review *review, int *ret_count)
{
    *ret_count = review->rate_count;
    return review->rates;
}

int fg_review_digits(double tolerance)
{
    double hundredths = tolerance * 100;
    return fabs(hundredths - round(hundredths)) < 1e-6 ? 2 : 3;
}
