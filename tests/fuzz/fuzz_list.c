/*
 * A list of entries as a GET answers it: whatever pieces it comes in, it is read the same, and it
 * is a list exactly where a JSON parser that sees it whole says so.
 */
#include "fuzz.h"
#include "http/answer.h"
#include "probe/contract.h"

static void take(fg_contract *contract, const char *text, size_t size, size_t piece)
{
    fg_contract_init(contract, NULL, 0, 0);
    for (size_t at = 0; at < size; at += piece) {
        size_t length = size - at < piece ? size - at : piece;
        if (!fg_contract_take(contract, text + at, length)) {
            break;
        }
    }
}

/*
 * The parser lets pass what a text file may begin with, which for it is each entry, takes every
 * control character for a blank, and has a bound to nesting, from which an entry is a step further.
 */
static bool is_judged_alike(const char *text, size_t size)
{
    size_t brackets = 0;
    for (size_t i = 0; i < size; i++) {
        bool blank = text[i] == '\t' || text[i] == '\r' || text[i] == '\n';
        brackets += text[i] == '[' || text[i] == '{';
        if (((unsigned char)text[i] < 0x20 && !blank) || text[i] == '\xEF') {
            return false;
        }
    }
    return brackets < CJSON_NESTING_LIMIT;
}

static void compare_to_parser(const fg_contract *contract, const char *text, size_t size)
{
    cJSON *whole = fg_answer_parse(text, size);
    bool list = contract->list.state == FG_LIST_END;
    if (is_judged_alike(text, size)) {
        fg_fuzz_expect(list == (bool)cJSON_IsArray(whole), "a list for one alone");
    }
    fg_fuzz_expect(!list || !cJSON_IsArray(whole) ||
                       contract->list.count == cJSON_GetArraySize(whole),
                   "another number of entries");
    cJSON_Delete(whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = size > 0 ? (const char *)data : "";
    char excerpt[FG_EXCERPT_SIZE];
    fg_contract whole, pieces;
    int64_t index = 0, other = 0;
    take(&whole, text, size, size > 0 ? size : 1);
    take(&pieces, text, size, 1 + size % 5);
    fg_fuzz_expect(whole.list.state == pieces.list.state, "another state in pieces");
    fg_fuzz_expect(whole.list.count == pieces.list.count, "another count in pieces");
    fg_fuzz_expect(fg_contract_fault(&whole, &index) == fg_contract_fault(&pieces, &other) &&
                       index == other,
                   "another fault in pieces");
    compare_to_parser(&whole, text, size);
    fg_contract_release(&whole);
    fg_contract_release(&pieces);
    fg_answer_excerpt(text, size, excerpt);
    if (excerpt[0] != '\0') {
        fg_fuzz_expect_line(excerpt);
    }
    return 0;
}
