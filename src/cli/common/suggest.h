/*
 * What a mistyped word may have been meant to be: the nearest of the words that there are, if one
 * is near enough. Any thread. The words belong to the caller and outlive the suggestion.
 */
#ifndef FACEGATE_CLI_COMMON_SUGGEST_H
#define FACEGATE_CLI_COMMON_SUGGEST_H

typedef struct fg_suggestion {
    const char *typed;
    const char *best; /* NULL while none is near enough */
    int distance;     /* of the best: letters to change, to add, to leave out or to swap */
} fg_suggestion;

/* Without a word so far. */
fg_suggestion fg_suggest_for(const char *typed);

/* Takes the word where it is nearer than those before: 1 letter away from one of up to 4, 2 from
 * one of up to 7, else 3. Capitals count like small letters. */
void fg_suggest_word(fg_suggestion *suggestion, const char *word);

#endif
