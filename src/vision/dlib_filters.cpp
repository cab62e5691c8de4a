/*
 * Writes what dlib's frontal face detector weighs features with as a table in C, when facegate is
 * built: fg_dlib_filters detector_filters.c. The detector lies in libdlib's header as text, from
 * which unpacking it at each start would take a third of a second.
 */
#include <array>
#include <cmath>
#include <cstdio>
#include <dlib/serialize.h>
#include <dlib/uintn.h>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <vector>

/* The header is wanted for its text alone: the classes it would read it into take half a gigabyte
 * to compile, and their place is taken by classes that keep the text. */
#define DLIB_OBJECT_DeTECTOR_Hh_
#define DLIB_SCAN_fHOG_PYRAMID_Hh_
namespace dlib
{
template <unsigned int N> struct pyramid_down {
};
template <typename Pyramid> struct scan_fhog_pyramid {
};
template <typename Scanner> struct object_detector {
    std::string text;
};
template <typename Scanner> void deserialize(object_detector<Scanner> &detector, std::istream &in)
{
    std::ostringstream text;
    text << in.rdbuf();
    detector.text = text.str();
}
} // namespace dlib
#include <dlib/image_processing/frontal_face_detector.h>

/* Cells of the window both ways, and the features of a cell. */
static constexpr size_t side = 10;
static constexpr int planes = 31;
static constexpr long weights = planes * static_cast<long>(side * side);

using numbers = std::array<std::array<double, side>, side>;

/* One of those that a filter is the sum of: the product of a column and a row. */
struct part {
    std::array<double, side> column, row;
    double weight;
};

template <typename T> static T take(std::istream &in)
{
    T value{};
    dlib::deserialize(value, in);
    return value;
}

template <typename T> static void expect(std::istream &in, T value, const char *what)
{
    if (take<T>(in) != value) {
        throw std::runtime_error(std::string("dlib's detector has another ") + what);
    }
}

/* The singular values of a filter, largest first, by one-sided Jacobi rotations (Golub and Van
 * Loan, Matrix Computations, 8.6.3): columns are turned in pairs until all are orthogonal. */
static std::vector<part> decompose(numbers filter)
{
    numbers turned{};
    for (size_t i = 0; i < side; i++) {
        turned[i][i] = 1;
    }
    auto turn = [](numbers &of, size_t p, size_t q, double cosine, double sine) {
        for (auto &row : of) {
            double one = row[p], other = row[q];
            row[p] = cosine * one - sine * other;
            row[q] = sine * one + cosine * other;
        }
    };
    for (int sweep = 0; sweep < 30; sweep++) {
        for (size_t p = 0; p < side; p++) {
            for (size_t q = p + 1; q < side; q++) {
                double pp = 0, qq = 0, pq = 0;
                for (const auto &row : filter) {
                    pp += row[p] * row[p];
                    qq += row[q] * row[q];
                    pq += row[p] * row[q];
                }
                if (pq == 0) {
                    continue;
                }
                double zeta = (qq - pp) / (2 * pq);
                double tangent =
                    (zeta >= 0 ? 1 : -1) / (std::abs(zeta) + std::sqrt(1 + zeta * zeta));
                double cosine = 1 / std::sqrt(1 + tangent * tangent);
                turn(filter, p, q, cosine, cosine * tangent);
                turn(turned, p, q, cosine, cosine * tangent);
            }
        }
    }
    std::vector<part> parts;
    for (size_t i = 0; i < side; i++) {
        part one{};
        for (const auto &row : filter) {
            one.weight += row[i] * row[i];
        }
        one.weight = std::sqrt(one.weight);
        for (size_t k = 0; k < side; k++) {
            one.column[k] = one.weight > 0 ? filter[k][i] / one.weight : 0;
            one.row[k] = turned[k][i];
        }
        parts.push_back(one);
    }
    std::sort(parts.begin(), parts.end(),
              [](const part &one, const part &other) { return one.weight > other.weight; });
    return parts;
}

static void write_half(const std::array<double, side> &half, double weight)
{
    std::printf("{");
    for (double value : half) {
        std::printf("%.9gF, ", value * std::sqrt(weight));
    }
    std::printf("}");
}

/* The parts that dlib itself keeps of a filter, scan_fhog_pyramid::build_fhog_filterbank. */
static int write_filter(int detector, int plane, const numbers &filter)
{
    int kept = 0;
    std::vector<part> parts = decompose(filter);
    for (const part &one : parts) {
        if (one.weight >= std::max(1e-4, parts[0].weight * 0.001)) {
            std::printf("    {.detector = %d, .plane = %d, .column = ", detector, plane);
            write_half(one.column, one.weight);
            std::printf(", .row = ");
            write_half(one.row, one.weight);
            std::printf("},\n");
            kept++;
        }
    }
    return kept;
}

/* What precedes the weights must say what the kernels are written for. */
static void check_shape(std::istream &in)
{
    expect<int>(in, 2, "version");
    expect<int>(in, 1, "version of its scanner");
    take<unsigned long>(in);
    expect<unsigned long>(in, 0, "state");
    expect<unsigned long>(in, 8, "size of its cells");
    expect<unsigned long>(in, 0, "padding");
    expect<unsigned long>(in, 8 * side, "width of its window");
    expect<unsigned long>(in, 8 * side, "height of its window");
    take<unsigned long>(in);
    expect<unsigned long>(in, 64, "least width of a level");
    expect<unsigned long>(in, 64, "least height of a level");
    take<double>(in);
    expect<long>(in, weights, "number of weights");
}

static void write_table(std::istream &in)
{
    check_shape(in);
    double shared = take<double>(in), covered = take<double>(in);
    auto detectors = take<unsigned long>(in);
    std::vector<double> thresholds;
    int filters = 0;
    std::printf("/* Written by dlib_filters.cpp from libdlib's frontal face detector. */\n"
                "#include \"kernels/detector_filters.h\"\n\n"
                "const fg_filter fg_filters[] = {\n");
    for (unsigned long detector = 0; detector < detectors; detector++) {
        /* A matrix's sides are written as negative numbers. */
        expect<long>(in, -(weights + 1), "number of weights");
        expect<long>(in, -1, "number of weights");
        for (int plane = 0; plane < planes; plane++) {
            numbers filter{};
            for (auto &row : filter) {
                for (double &value : row) {
                    value = take<double>(in);
                }
            }
            filters += write_filter(static_cast<int>(detector), plane, filter);
        }
        thresholds.push_back(take<double>(in));
    }
    std::printf("};\nconst int fg_filter_count = %d;\n\n"
                "const double fg_filter_thresholds[] = {",
                filters);
    for (double threshold : thresholds) {
        std::printf("%.17g, ", threshold);
    }
    std::printf("};\nconst int fg_filter_detectors = %lu;\n\n"
                "const double fg_filter_most_shared = %.17g;\n"
                "const double fg_filter_most_covered = %.17g;\n",
                detectors, shared, covered);
}

int main(int argc, char **argv)
try {
    if (argc != 2 || std::freopen(argv[1], "w", stdout) == nullptr) {
        std::fprintf(stderr, "Usage: fg_dlib_filters FILE\n");
        return 2;
    }
    std::istringstream in(dlib::get_frontal_face_detector().text);
    write_table(in);
    return std::fflush(stdout) == 0 ? 0 : 1;
} catch (const std::exception &error) {
    std::fprintf(stderr, "fg_dlib_filters: %s\n", error.what());
    return 1;
}
