/* Checks and fixed words of slips: see slip_words.h. */
#include <string.h>

#include "slip_words.h"
#include "text.h"

#define HEX_LEN      64
#define NOTE_LEN_MAX 65536

const struct slip_words *slip_words(const char *lang)
{
    static const struct slip_words chinese = {
        .statement = "签署内容",
        .act = "操作编号",
        .checkpoint = "账本校验码",
        .code = "校验码(可电话念读)",
        .keep = "请保存本单:凭二维码或校验码,可随时核对账本是否被改动。",
        .no_qr = "校验内容较长,本单不印二维码,请凭校验码核对。",
        .page = {"第 ", " 页 共 ", " 页"},
        .card_title = "电子签名指纹卡",
        .handle = "登录名",
        .name = "姓名",
        .fingerprint = "指纹",
        .public_key = "公钥",
        .card_statement = "本人确认以上指纹为本人电子签名的指纹,口令由本人保管,不告知他人。",
        .card_signs = {"本人签字", "日期", "登记人签字", "复核人签字"},
    };
    static const struct slip_words english = {
        .statement = "What was signed",
        .act = "Act",
        .checkpoint = "Ledger checkpoint",
        .code = "Code to read aloud",
        .keep = "Keep this slip: its code shows at any later time whether the ledger was "
                "altered.",
        .no_qr = "The checkpoint is too long for a QR code: compare the code to read aloud.",
        .page = {"page ", " of ", ""},
        .card_title = "Fingerprint card of a credential",
        .handle = "handle",
        .name = "name",
        .fingerprint = "fingerprint",
        .public_key = "public key",
        .card_statement = "I confirm that this is the fingerprint of my credential; its "
                          "passphrase is mine alone.",
        .card_signs = {"signed", "date", "first officer", "second officer"},
    };
    return lang != NULL && strncmp(lang, "zh", 2) == 0 ? &chinese : &english;
}

bool slip_has(const char *text)
{
    return text != NULL && text[0] != '\0';
}

bool slip_is_paper_code(const char *code)
{
    if (code == NULL || strlen(code) != SLIP_CODE_LEN) {
        return false;
    }
    for (size_t i = 0; i < SLIP_CODE_LEN; i++) {
        bool is_space = i % 5 == 4;
        if (is_space ? code[i] != ' ' : strchr(TEXT_ALPHABET, code[i]) == NULL) {
            return false;
        }
    }
    return true;
}

/*
 * A signed note has its empty line and a signature line after it (C2SP signed-note). Whatever
 * else is handed in, a tag above all, must not become a code that a scanner takes.
 */
static bool is_signed_note(const char *note, size_t len)
{
    static const char mark[] = "\n\n\xE2\x80\x94 ";
    size_t mark_len = sizeof mark - 1;
    if (len < mark_len || note[len - 1] != '\n') {
        return false;
    }
    for (size_t i = 1; i + mark_len < len; i++) {
        if (memcmp(note + i, mark, mark_len) == 0) {
            return true;
        }
    }
    return false;
}

static enum custody_status check_checkpoint(const struct custody_slip *slip,
                                            struct custody_error *err)
{
    if (slip->note == NULL) {
        return CUSTODY_OK;
    }
    if (slip->note_len > NOTE_LEN_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "%s: the checkpoint is too long: print it without cosignatures",
                            slip->record);
    }
    if (!is_signed_note(slip->note, slip->note_len)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: the QR code of a slip is a signed checkpoint and nothing "
                            "else: pass the note",
                            slip->record);
    }
    if (!slip_is_paper_code(slip->paper_code)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: the code to read aloud has 26 symbols in groups of four: "
                            "make it from the note",
                            slip->record);
    }
    return CUSTODY_OK;
}

bool slip_is_hex(const char *text)
{
    return text != NULL && strlen(text) == HEX_LEN &&
           strspn(text, "0123456789abcdef") == HEX_LEN;
}

/* Nothing of a text that fails stands in the error. */
enum custody_status slip_check_text(const char *record, const char *text,
                                    struct custody_error *err)
{
    if (text == NULL || text_allowed(text, strlen(text), SLIP_TEXT_CHARS_MAX)) {
        return CUSTODY_OK;
    }
    return custody_fail(err, CUSTODY_ERR_INVALID,
                        "%s: a text is too long or has a character that is not allowed: "
                        "correct it",
                        record);
}

static enum custody_status check_list(const struct custody_slip *slip,
                                      struct custody_error *err)
{
    if (slip->list_count > CUSTODY_SLIP_LIST_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "%s: at most %d things stand on a slip: print a register instead",
                            slip->record, CUSTODY_SLIP_LIST_MAX);
    }
    if (slip->list_count > 0 && !slip_has(slip->list_title)) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "%s: a list needs its title",
                            slip->record);
    }
    for (size_t i = 0; i < slip->list_count; i++) {
        if (slip->list[i] == NULL) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: thing %zu is missing: fill it in", slip->record, i + 1);
        }
        enum custody_status rc = slip_check_text(slip->record, slip->list[i], err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

static enum custody_status check_rows(const struct custody_slip *slip,
                                      struct custody_error *err)
{
    for (size_t i = 0; i < slip->row_count; i++) {
        const struct custody_slip_row *row = &slip->rows[i];
        if (row->label == NULL || row->value == NULL) {
            return custody_fail(err, CUSTODY_ERR_INVALID,
                                "%s: row %zu lacks its label or value: fill it in",
                                slip->record, i + 1);
        }
        enum custody_status rc = slip_check_text(slip->record, row->label, err);
        if (rc == CUSTODY_OK) {
            rc = slip_check_text(slip->record, row->value, err);
        }
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    for (size_t i = 0; i < slip->signature_count; i++) {
        enum custody_status rc = slip_check_text(slip->record, slip->signatures[i], err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    return CUSTODY_OK;
}

enum custody_status slip_check(const struct custody_slip *slip, struct custody_error *err)
{
    if (!slip_has(slip->record) || !slip_has(slip->title)) {
        return custody_fail(err, CUSTODY_ERR_INVALID, "a slip needs its name and a title");
    }
    if (slip->row_count > CUSTODY_SLIP_ROWS_MAX ||
        slip->signature_count > CUSTODY_SLIP_SIGNATURES_MAX) {
        return custody_fail(err, CUSTODY_ERR_LIMIT,
                            "%s: at most %d rows and %d signatures fit on a slip: print a "
                            "list instead",
                            slip->record, CUSTODY_SLIP_ROWS_MAX, CUSTODY_SLIP_SIGNATURES_MAX);
    }
    if (slip_has(slip->act_id) && !slip_is_hex(slip->act_id)) {
        return custody_fail(err, CUSTODY_ERR_INVALID,
                            "%s: an act id has 64 hex digits: correct it", slip->record);
    }
    const char *const texts[] = {slip->title, slip->site, slip->statement, slip->list_title};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        enum custody_status rc = slip_check_text(slip->record, texts[i], err);
        if (rc != CUSTODY_OK) {
            return rc;
        }
    }
    enum custody_status rc = check_rows(slip, err);
    if (rc == CUSTODY_OK) {
        rc = check_list(slip, err);
    }
    return rc != CUSTODY_OK ? rc : check_checkpoint(slip, err);
}
